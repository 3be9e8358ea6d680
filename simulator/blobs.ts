/** An object's SQLite refuses values over 2 MB. */
const PART_BYTES = 1_000_000;

export interface Blob { id: string; name: string; type: string; size: number }

/** Files of the pretend world, cut into parts that fit a row. Ids are unguessable: they serve as signed URLs. */
export class Blobs {
  constructor(private readonly sql: SqlStorage) {}

  put(name: string, type: string, bytes: Uint8Array): Blob {
    const id = crypto.randomUUID().replaceAll("-", "");
    this.sql.exec("INSERT INTO blob (id, name, type, size) VALUES (?, ?, ?, ?)", id, name, type, bytes.byteLength);
    for (let start = 0, part = 0; start < bytes.byteLength; start += PART_BYTES, part++) {
      this.sql.exec("INSERT INTO blob_part (id, part, bytes) VALUES (?, ?, ?)", id, part, bytes.slice(start, start + PART_BYTES));
    }
    return { id, name, type, size: bytes.byteLength };
  }

  head(id: string): Blob | null {
    const row = this.sql.exec<{ id: string; name: string; type: string; size: number }>("SELECT id, name, type, size FROM blob WHERE id = ?", id).toArray()[0];
    return row ?? null;
  }

  bytes(id: string): Uint8Array<ArrayBuffer> {
    const parts = this.sql.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM blob_part WHERE id = ? ORDER BY part", id).toArray();
    const whole = new Uint8Array(parts.reduce((size, { bytes }) => size + bytes.byteLength, 0));
    let at = 0;
    for (const { bytes } of parts) {
      whole.set(new Uint8Array(bytes), at);
      at += bytes.byteLength;
    }
    return whole;
  }

  delete(id: string): void {
    this.sql.exec("DELETE FROM blob WHERE id = ?", id);
    this.sql.exec("DELETE FROM blob_part WHERE id = ?", id);
  }
}
