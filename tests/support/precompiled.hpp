// SPDX-License-Identifier: Apache-2.0
// What is precompiled for all tests: GoogleTest beside the headers of net/src/precompiled.hpp.
#pragma once

#include "../../net/src/precompiled.hpp"

#include <gtest/gtest.h>
