import { describe, expect, test } from "vitest";
import { isDisbelieved, isUntrusted } from "../../../src/store/sql/untrusted.js";

// As Node 20 to 24 say them: https://nodejs.org/api/tls.html#x509-certificate-error-codes, and OpenSSL's ssl_err.c.
const withCode = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe("a server that does not prove who it is", () => {
  test.each([
    withCode("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
    withCode("HANDSHAKE_SSL_ERROR", "self-signed certificate in certificate chain"),
    withCode("HANDSHAKE_SSL_ERROR", "unable to verify the first certificate"),
    withCode("HANDSHAKE_SSL_ERROR", "invalid CA certificate"),
    withCode("HANDSHAKE_SSL_ERROR", "unsupported certificate purpose"),
    withCode("HANDSHAKE_SSL_ERROR", "certificate revoked"),
    withCode("HANDSHAKE_SSL_ERROR", "certificate signature failure"),
    withCode("INVALID_PURPOSE", "unsupported certificate purpose"),
  ])("is told by $code: $message", (error) => {
    expect([isUntrusted(error), isDisbelieved(error)]).toEqual([true, false]);
  });

  test.each([
    withCode("CERT_HAS_EXPIRED", "certificate has expired"),
    withCode("HANDSHAKE_SSL_ERROR", "certificate is not yet valid"),
    withCode("ECONNRESET", "Client network socket disconnected before secure TLS connection was established"),
    withCode("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"),
  ])("is another matter than $message", (error) => {
    expect([isUntrusted(error), isDisbelieved(error)]).toEqual([false, false]);
  });
});

test.each([
  "80EB:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:../deps/openssl/ssl/record/rec_layer_s3.c:1590:SSL alert number 48",
  "C0:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:rec_layer_s3.c:1590:SSL alert number 116",
  "C0:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:rec_layer_s3.c:1590:SSL alert number 42",
])("one that does not believe who asks says %s", (message) => {
  expect([isDisbelieved(new Error(message)), isUntrusted(new Error(message))]).toEqual([true, false]);
});
