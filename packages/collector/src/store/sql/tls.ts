// What Node finds wrong with a certificate, its chain or its name: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const untrusted =
  /^(CERT_|CRL_|ERROR_IN_C(ERT|RL)_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$|ERR_TLS_CERT_|ERR_SSL_|ERR_OSSL_)/;

/**
 * Whether a connection failed because the server is not whom its address says, or a file of certificates that it names cannot
 * be read. A socket that is not there has the code of such a file, but was connected to.
 */
export function isTlsFault(error: unknown): boolean {
  const { code = "", syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return untrusted.test(code) || (syscall === "open" && (code === "ENOENT" || code === "EACCES")) || code === "EISDIR";
}
