// Decodes HTJ2K in a thread of its own, by OpenJPH compiled to WebAssembly. Its policy comes with this file.
const CODEC = "/static/vendor/openjph/2.4.11/";
importScripts(`${CODEC}openjphjs.js`);

const load = async () => {
  const codec = await Module({ locateFile: (name) => CODEC + name, print() {}, printErr() {} });
  return new codec.HTJ2KDecoder();
};
let loading = load();
loading.catch(() => {}); // said when a frame comes

// The sum (CRC-32, RFC 1952 §8) proves the bytes: the codec passes over damage without a word.
const TABLE = Uint32Array.from({ length: 256 }, (_none, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
const addUp = (bytes) => {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff];
  return (sum ^ -1) >>> 0;
};

// skipped: how many times the picture is halved; the bytes may then stop where that resolution ends.
const decode = (decoder, bytes, skipped) => {
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  if (skipped) decoder.decodeSubResolution(skipped);
  else decoder.decode();
  const failure = decoder.getLastErrorMessage();
  if (failure) throw new Error(failure);
  const { width, height } = decoder.calculateSizeAtDecompositionLevel(skipped);
  const { bitsPerSample, componentCount } = decoder.getFrameInfo();
  const octets = decoder.getDecodedBuffer().slice();
  if (octets.length !== width * height * componentCount * (bitsPerSample > 8 ? 2 : 1)) throw new Error("cut");
  return { width, height, skipped, samples: componentCount, isWide: bitsPerSample > 8, octets };
};

onmessage = async ({ data: { bytes, skipped, sum } }) => {
  const decoder = await loading.catch(() => null);
  if (!decoder) {
    loading = load(); // the link failed while the codec was on its way: the frame is not at fault
    postMessage({ isAbsent: true });
    return;
  }
  try {
    if (sum !== null && addUp(bytes) !== sum) throw new Error("damaged");
    const decoded = decode(decoder, bytes, skipped);
    postMessage({ decoded }, [decoded.octets.buffer]);
  } catch (error) {
    loading = load(); // what failed inside may have left the codec in any state
    postMessage({ failure: String(error) });
  }
};
