internal import COpenSSL

/// One certificate in the making; consumed by signing.
@safe struct CertificateBuilder: ~Copyable {
    // Owned: freed in deinit; the signed certificate holds a reference of its own. Every call below is given this
    // handle or the key's, which live as long as self, and no call keeps them.
    private let handle: OpaquePointer
    private let key: PrivateKey

    init(subject: String, key: PrivateKey, validity: CertificateValidity) {
        unsafe handle = unsafe Libcrypto.required(X509_new(), "X509_new")
        self.key = key
        Libcrypto.require(unsafe X509_set_version(handle, Int(X509_VERSION_3)), "X509_set_version")
        Libcrypto.require(unsafe X509_set_pubkey(handle, key.handle), "X509_set_pubkey")
        setRandomSerial()
        setSubject(subject)
        setValidity(validity)
    }

    // Drops the builder's reference.
    deinit { unsafe X509_free(handle) }

    borrowing func addAuthorityExtensions(issuer: Certificate?) {
        add(NID_basic_constraints, "critical,CA:TRUE", issuer)
        add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer)
        addKeyIdentifiers(issuer)
    }

    borrowing func addLeafExtensions(_ template: LeafTemplate, issuer: Certificate?) {
        add(NID_basic_constraints, "critical,CA:FALSE", issuer)
        add(NID_key_usage, "critical,digitalSignature", issuer)
        add(NID_ext_key_usage, "serverAuth", issuer)
        if let names = template.subjectAlternativeName { add(NID_subject_alt_name, names, issuer) }
        addKeyIdentifiers(issuer)
    }

    consuming func selfSigned() -> Certificate {
        let key = key
        // The subject name belongs to the handle, which is alive; X509_set_issuer_name copies it.
        Libcrypto.require(unsafe X509_set_issuer_name(handle, X509_get_subject_name(handle)), "X509_set_issuer_name")
        return finished(signingKey: key)
    }

    consuming func signed(by issuer: Certificate, key: PrivateKey) -> Certificate {
        // The issuer's name belongs to the issuer, which is alive; X509_set_issuer_name copies it.
        Libcrypto.require(
            unsafe X509_set_issuer_name(handle, X509_get_subject_name(issuer.handle)), "X509_set_issuer_name")
        return finished(signingKey: key)
    }

    private consuming func finished(signingKey: PrivateKey) -> Certificate {
        Libcrypto.require(unsafe X509_sign(handle, signingKey.handle, EVP_sha256()), "X509_sign")
        // The certificate gets a reference of its own; the builder's is dropped by its deinit.
        Libcrypto.require(unsafe X509_up_ref(handle), "X509_up_ref")
        return unsafe Certificate(owning: handle)
    }

    private borrowing func setRandomSerial() {
        let serial = unsafe Libcrypto.required(BN_new(), "BN_new")
        // The number is copied into the certificate; both are alive until the end of this scope.
        defer { unsafe BN_free(serial) }
        // 127 bits with the top one set: positive, never zero, at most 20 bytes (RFC 5280 section 4.1.2.2).
        Libcrypto.require(unsafe BN_rand(serial, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), "BN_rand")
        let target = unsafe X509_get_serialNumber(handle)
        precondition(unsafe BN_to_ASN1_INTEGER(serial, target) != nil, "BN_to_ASN1_INTEGER failed")
    }

    private borrowing func setSubject(_ name: String) {
        let subject = unsafe Libcrypto.required(X509_get_subject_name(handle), "X509_get_subject_name")
        var text = name
        let status = text.withUTF8 { bytes in
            // The entry is a copy of these bytes; the name belongs to the certificate.
            unsafe X509_NAME_add_entry_by_NID(
                subject, NID_commonName, MBSTRING_UTF8, bytes.baseAddress, Int32(bytes.count), -1, 0)
        }
        Libcrypto.require(status, "X509_NAME_add_entry_by_NID")
    }

    private borrowing func setValidity(_ validity: CertificateValidity) {
        // Both times are fields of the certificate, which is alive.
        let (start, end) = unsafe (X509_getm_notBefore(handle), X509_getm_notAfter(handle))
        switch validity {
        case .fromNow(let seconds):
            precondition(unsafe X509_gmtime_adj(start, seconds.lowerBound) != nil, "X509_gmtime_adj failed")
            precondition(unsafe X509_gmtime_adj(end, seconds.upperBound) != nil, "X509_gmtime_adj failed")
        case .unixTime(let seconds):
            precondition(unsafe ASN1_TIME_set(start, seconds.lowerBound) != nil, "ASN1_TIME_set failed")
            precondition(unsafe ASN1_TIME_set(end, seconds.upperBound) != nil, "ASN1_TIME_set failed")
        }
    }

    private borrowing func addKeyIdentifiers(_ issuer: Certificate?) {
        add(NID_subject_key_identifier, "hash", issuer)
        if issuer != nil { add(NID_authority_key_identifier, "keyid:always", issuer) }
    }

    /// Adds an extension in the notation of x509v3_config(5).
    private borrowing func add(_ identifier: Int32, _ value: String, _ issuer: Certificate?) {
        var context = unsafe X509V3_CTX()
        // The context and both certificates outlive the call; the extension is copied into the certificate.
        unsafe X509V3_set_ctx(&context, issuer?.handle ?? handle, handle, nil, nil, 0)
        let made = unsafe X509V3_EXT_conf_nid(nil, &context, identifier, value)
        let extensionHandle = unsafe Libcrypto.required(made, "X509V3_EXT_conf_nid")
        defer { unsafe X509_EXTENSION_free(extensionHandle) }
        Libcrypto.require(unsafe X509_add_ext(handle, extensionHandle, -1), "X509_add_ext")
    }
}
