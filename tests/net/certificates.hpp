// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, good ones and bad ones, made with OpenSSL and written as PEM files into a folder that is removed.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace kwire {
struct certificate {
    std::shared_ptr<X509> it;
    std::shared_ptr<EVP_PKEY> key;
};

struct certificate_plan {
    std::string common_name;
    std::string names = "";               // subjectAltName, as OpenSSL's configuration spells it
    const certificate* issuer = nullptr;  // null: itself
    bool ca = false;
    int from_days = -1, to_days = 30;
    std::string usage = "serverAuth,clientAuth";
    std::string constraints = "";
    const EVP_MD* hash = EVP_sha256();
    unsigned int rsa_bits = 0;  // 0: an elliptic curve
};

inline void must(bool done) {
    if (!done) throw std::runtime_error("OpenSSL could not make a certificate");
}

inline void extend(X509* it, X509* issuer, int what, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, it, nullptr, nullptr, 0);
    X509_EXTENSION* const e = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    must(e && X509_add_ext(it, e, -1) == 1);
    X509_EXTENSION_free(e);
}

inline certificate make_certificate(const certificate_plan& plan) {
    static long serial = 1;
    certificate made;
    made.key.reset(plan.rsa_bits ? EVP_RSA_gen(plan.rsa_bits) : EVP_EC_gen("P-256"), EVP_PKEY_free);
    made.it.reset(X509_new(), X509_free);
    X509* const it = made.it.get();
    X509* const issuer = plan.issuer ? plan.issuer->it.get() : it;
    must(made.key && it && X509_set_version(it, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(it), ++serial) == 1);
    X509_gmtime_adj(X509_getm_notBefore(it), plan.from_days * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(it), plan.to_days * 86400L);
    const auto* name = reinterpret_cast<const unsigned char*>(plan.common_name.c_str());
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1);
    must(X509_set_issuer_name(it, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(it, made.key.get()) == 1);
    extend(it, issuer, NID_basic_constraints, plan.ca ? "critical,CA:TRUE" : "CA:FALSE");
    extend(it, issuer, NID_subject_key_identifier, "hash");
    if (plan.ca) extend(it, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    else extend(it, issuer, NID_ext_key_usage, plan.usage);
    extend(it, issuer, NID_subject_alt_name, plan.names);
    extend(it, issuer, NID_name_constraints, plan.constraints);
    must(X509_sign(it, plan.issuer ? plan.issuer->key.get() : made.key.get(), plan.hash) > 0);
    return made;
}

class certificate_folder {
  public:
    certificate_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "kwire-certificates-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
        at_ = name;
    }
    ~certificate_folder() { std::filesystem::remove_all(at_); }
    certificate_folder(const certificate_folder&) = delete;
    certificate_folder& operator=(const certificate_folder&) = delete;

    std::string path(const std::string& name) const { return (at_ / name).string(); }
    std::string write(const std::string& name, const std::vector<certificate>& chain) const {
        const auto file = open(name);
        for (const auto& c : chain) must(PEM_write_X509(file.get(), c.it.get()) == 1);
        return path(name);
    }
    std::string write_key(const std::string& name, const certificate& of, const std::string& password = "") const {
        const auto file = open(name);
        const auto* cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
        must(PEM_write_PKCS8PrivateKey(file.get(), of.key.get(), cipher, password.data(), static_cast<int>(password.size()), nullptr, nullptr) == 1);
        return path(name);
    }

  private:
    std::shared_ptr<std::FILE> open(const std::string& name) const {
        std::FILE* const file = std::fopen(path(name).c_str(), "w");
        if (!file) throw std::runtime_error("cannot write " + path(name));
        return {file, std::fclose};
    }
    std::filesystem::path at_;
};
}  // namespace kwire
