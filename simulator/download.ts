import type { Realm } from "./provider";

/** A file that the app offers to whoever may send it along. */
export interface Download { name: string; type: string; bytes: Uint8Array }

/** Fetches it as a provider does. Null where nobody answers, which is the same to all of them as an error page. The name is that of its address, and may be empty. */
export async function download(url: string, realm: Realm): Promise<Download | null> {
  try {
    const response = await realm.fetchPublic(url);
    if (!response.ok) return null;
    const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
    return { name, type: (response.headers.get("content-type") ?? "application/octet-stream").split(";")[0]!, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch {
    return null;
  }
}
