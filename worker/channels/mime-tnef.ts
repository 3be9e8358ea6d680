/** Unpacks the winmail.dat that Exchange sends in place of ordinary attachments. Source: [MS-OXTNEF] 2.1. */
const SIGNATURE = 0x223e9f78;
const FIRST_ATTRIBUTE = 6; // after the signature and the 16-bit key
const ATTRIBUTE_HEADER = 9; // level, id, length
const CHECKSUM = 2;
const CODE_PAGE = 0x0006_9007;
const FILE_BEGINS = 0x0006_9002;
const FILE_TITLE = 0x0001_8010;
const FILE_DATA = 0x0006_800f;

export interface TnefFile { name: string; bytes: Uint8Array }

const decoderOf = (codePage: number): TextDecoder => {
  const label = codePage === 65_001 ? "utf-8" : codePage === 932 ? "shift_jis" : codePage === 936 ? "gbk" : codePage === 949 ? "euc-kr" : codePage === 950 ? "big5" : `windows-${codePage}`;
  try { return new TextDecoder(label); } catch { return new TextDecoder("windows-1252"); }
};

/** Its files, or none when these bytes are not TNEF or hold no files: then winmail.dat itself is worth keeping. */
export function unpackTnef(bytes: Uint8Array): TnefFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FIRST_ATTRIBUTE || view.getUint32(0, true) !== SIGNATURE) return [];
  const files: TnefFile[] = [];
  let decoder = new TextDecoder("windows-1252");
  for (let at = FIRST_ATTRIBUTE; at + ATTRIBUTE_HEADER <= bytes.length;) {
    const id = view.getUint32(at + 1, true);
    const start = at + ATTRIBUTE_HEADER;
    const end = start + view.getUint32(at + 5, true);
    if (end > bytes.length) break;
    const file = files.at(-1);
    if (id === CODE_PAGE && end - start >= 4) decoder = decoderOf(view.getUint32(start, true));
    else if (id === FILE_BEGINS) files.push({ name: "", bytes: new Uint8Array() });
    else if (id === FILE_TITLE && file) file.name = decoder.decode(bytes.subarray(start, end)).replace(/\0.*$/s, "");
    else if (id === FILE_DATA && file) file.bytes = bytes.slice(start, end);
    at = end + CHECKSUM;
  }
  return files.filter((file) => file.bytes.length > 0);
}
