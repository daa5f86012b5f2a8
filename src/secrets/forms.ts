/** Fewer characters are no pattern: they stand in any output by chance. */
export const fewest = 4
/** The same for a part of a value: a line, or what a longer base64 text shows of it. */
const fewestOfPart = 8

/** What percent-encoders leave as it is, letters and digits apart. */
const unencoded = [
  "-_.!~*'()", // encodeURIComponent, ECMA-262
  '-_.~', // RFC 3986, 2.3
  '-_.~/', // Python's urllib.parse.quote
  '*-._', // application/x-www-form-urlencoded, WHATWG URL
  '', // the strictest
]

/** The forms in which a value is looked for in output, itself among them; each of at least four characters, and once. */
export function formsOf(value: string): ReadonlySet<string> {
  const all = [value, ...lineForms(value), ...base64Forms(value), ...percentForms(value), ...jsonForms(value)]
  return new Set(all.filter((form) => hasAtLeast(fewest, form)))
}

/** Whether a text has so many characters, by code points. */
export function hasAtLeast(characters: number, text: string): boolean {
  return text.length >= 2 * characters || [...text].length >= characters
}

function lineForms(value: string): readonly string[] {
  const lines = value.split(/\r?\n/)
  if (lines.length === 1) return []
  return [lines.join('\n'), lines.join('\r\n'), ...lines.filter((line) => hasAtLeast(fewestOfPart, line))]
}

function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const alone = bytes.toString('base64')
  const parts = [0, 1, 2].map((before) => base64Within(bytes, before)).filter((part) => part.length >= fewestOfPart)
  const forms = [alone, alone.replace(/=+$/, ''), ...parts]
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))]
}

/** The characters that depend on these bytes alone when others stand before (so many, modulo 3) and after them: RFC 4648, 4. */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

function percentForms(value: string): readonly string[] {
  const bytes = Buffer.from(value).toString('latin1')
  const upper = unencoded.map((kept) =>
    bytes.replace(/[^A-Za-z0-9]/g, (byte) => (kept.includes(byte) ? byte : percent(byte))),
  )
  const either = [...upper, ...upper.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))]
  return [...either, ...either.map((form) => form.replaceAll('%20', '+'))]
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function jsonForms(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const python = json.replace(/[^\0-\x7f]/g, escaped)
  const go = json.replace(/[<>&\u2028\u2029]/g, escaped)
  const php = python.replaceAll('/', '\\/')
  return [json, python, go, php]
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
