import { gunzip } from "node:zlib";
import { limits } from "@isotherm/protocol";
import { type Inflate, unpackable, unpackedTooLarge } from "./inflate.js";

/** By Node's zlib, in one step: the streams of web standards take more than twice the CPU for a request. */
export const inflateByZlib: Inflate = (body, most = limits.requestBytes) =>
  new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: most }, (error, inflated) => {
      if (error === null) resolve(new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength));
      else
        reject("code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? unpackedTooLarge(most) : unpackable(error));
    });
  });
