internal import COpenSSL
internal import Cryptography

/// Decides about a server's certificate in the place of X509_verify_cert: pins first, then the chain, as the
/// context asks. Refusing here ends the handshake with an alert before anything of ours has left.
func verifyPeer(_ storeContext: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    // Unsafe: the argument is the context that set this callback, kept alive by the session in whose handshake
    // libssl calls; the store context and its leaf live during the call.
    guard let storeContext = unsafe storeContext, let argument = unsafe argument,
        let leaf = unsafe X509_STORE_CTX_get0_cert(storeContext)
    else { return 0 }
    let context = unsafe Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    if let pins = context.authentication.pins {
        guard let key = unsafe peerKeyDigest(of: leaf), pins.contains(key) else {
            unsafe X509_STORE_CTX_set_error(storeContext, X509_V_ERR_APPLICATION_VERIFICATION)
            return 0
        }
    }
    guard context.authentication.trustStore != nil else {
        unsafe X509_STORE_CTX_set_error(storeContext, X509_V_OK)
        return 1
    }
    return unsafe X509_verify_cert(storeContext) == 1 ? 1 : 0
}
