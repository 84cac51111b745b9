// Reads the answer to a question of pieces: records of a rank, a length (32 bits, little endian) and the bytes.
const HEAD = 8;

export class CutError extends Error {}

// Yields { rank, bytes } as they arrive; throws CutError where the answer stops in the middle of one.
export async function* readRecords(stream) {
  const reader = stream.getReader();
  let chunk = new Uint8Array(0);
  let at = 0;
  // Fills what it is given; says how much it could.
  const fill = async (target) => {
    let filled = 0;
    while (filled < target.length) {
      if (at === chunk.length) {
        const { done, value } = await reader.read();
        if (done) return filled;
        [chunk, at] = [value, 0];
      }
      const part = chunk.subarray(at, at + target.length - filled);
      target.set(part, filled);
      at += part.length;
      filled += part.length;
    }
    return filled;
  };
  for (;;) {
    const head = new Uint8Array(HEAD);
    const filled = await fill(head);
    if (filled === 0) return;
    const view = new DataView(head.buffer);
    const bytes = new Uint8Array(filled === HEAD ? view.getUint32(4, true) : 1);
    if ((await fill(bytes)) !== bytes.length) throw new CutError();
    yield { rank: view.getUint32(0, true), bytes };
  }
}
