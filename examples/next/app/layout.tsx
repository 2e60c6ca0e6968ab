import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Analytics } from "./analytics";
import "./style.css";

export const metadata: Metadata = { title: { default: "River notes", template: "%s | River notes" } };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Analytics>
          <nav>
            <Link href="/">Notes</Link>
            <Link href="/about">About</Link>
          </nav>
          <main>{children}</main>
        </Analytics>
      </body>
    </html>
  );
}
