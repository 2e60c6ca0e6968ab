// What is used of Next.js, which is too large to install for its types alone: https://nextjs.org/docs/app/api-reference/functions
declare module "next/navigation.js" {
  export function usePathname(): string | null;
  export function useParams(): { readonly [name: string]: string | readonly string[] | undefined } | null;
}
