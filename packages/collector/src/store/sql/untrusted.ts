// A server that is not whom its address says, or that nobody vouches for (https://nodejs.org/api/tls.html#x509-certificate-error-codes);
// not one whose certificate is out of date, which whoever looks after it renews.
const untrusted = new Set([
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_GET_ISSUER_CERT"],
  ...["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "CERT_UNTRUSTED", "CERT_REJECTED"],
  ...["CERT_REVOKED", "CERT_SIGNATURE_FAILURE", "INVALID_CA", "INVALID_PURPOSE", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);
/** The same in OpenSSL's words, for the driver that puts a code of its own in the place of these. */
const untrustedWords =
  /^(self.signed certificate|unable to (get|verify) |Hostname\/IP does not match |certificate (not trusted|rejected|revoked|signature failure)|invalid CA certificate|unsupported certificate purpose)/;

/** Whether a connection failed because the server could not prove who it is, and will not the next time. */
export function isUntrusted(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return untrusted.has(code) || untrustedWords.test(message);
}

/** Whether it failed because the server does not believe the certificate that shows who asks, or wants one (RFC 8446, 6.2). */
export function isDisbelieved(error: unknown): boolean {
  return (
    error instanceof Error &&
    /alert (unknown ca|bad certificate|unsupported certificate|certificate (required|revoked|unknown))/.test(
      error.message,
    )
  );
}
