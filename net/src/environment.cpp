// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/environment.hpp>
