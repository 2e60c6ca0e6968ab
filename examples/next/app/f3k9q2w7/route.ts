import { relay } from "../relay";

async function handle(request: Request): Promise<Response> {
  // Next.js knows no address. Vercel writes this header itself; let your own proxy do so too.
  const address = request.headers.get("x-real-ip") ?? "";
  return (await relay()).handle(request, { address });
}

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as POST };
