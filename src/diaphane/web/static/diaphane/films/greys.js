// Turns decoded values into what a screen shows: rescale, window, inversion (PS3.3 §C.11), 8-bit colours as they are.

// Values as numbers between 0 and 65535: what the tables below are read by.
const viewOf = ({ octets, isWide }) =>
  isWide ? new Uint16Array(octets.buffer, octets.byteOffset, octets.length / 2) : octets;

// The value that raw bits stand for: stored bits only, their sign extended, rescaled.
const makeReader = ({ bits_stored: stored, is_signed: isSigned, slope, intercept }) => (raw) => {
  const shift = 32 - stored;
  const value = isSigned ? (raw << shift) >> shift : (raw << shift) >>> shift;
  return value * slope + intercept;
};

// The window that shows every value but the padding, for want of any other.
export const stretch = (decoded, look) => {
  const read = makeReader(look);
  const padding = look.padding === null ? null : look.padding & (decoded.isWide ? 0xffff : 0xff);
  let [low, high] = [Infinity, -Infinity];
  for (const raw of viewOf(decoded)) {
    if (raw === padding) continue;
    const value = read(raw);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low < high ? { center: (low + high + 1) / 2, width: high - low + 1 } : { center: low, width: 2 };
};

// One grey for each possible value (PS3.3 §C.11.2.1.2, LINEAR).
const makeTable = (look, { center, width }, { isWide, isInverted }) => {
  const read = makeReader(look);
  const greys = new Uint8ClampedArray(isWide ? 65536 : 256);
  const span = Math.max(1, width) - 1;
  for (let raw = 0; raw < greys.length; raw += 1) {
    const above = read(raw) - (center - 0.5);
    const unit = span > 0 ? above / span + 0.5 : Number(above > 0);
    greys[raw] = 255 * (look.is_inverted !== isInverted ? 1 - unit : unit);
  }
  return greys;
};

export const paint = (decoded, look, window, isInverted = false) => {
  const { width, height, samples, isWide } = decoded;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  if (samples === 3) {
    const { octets } = decoded;
    for (let at = 0, from = 0; at < pixels.length; at += 1, from += 3) {
      pixels[at] = 0xff000000 | (octets[from + 2] << 16) | (octets[from + 1] << 8) | octets[from];
    }
    return image;
  }
  const values = viewOf(decoded);
  const greys = makeTable(look, window, { isWide, isInverted });
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = 0xff000000 | (greys[values[at]] * 0x010101);
  }
  return image;
};
