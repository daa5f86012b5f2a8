import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visible, visibleLine } from '../../src/report/clean.ts'

const esc = '\x1b'

test.each<[what: string, text: string, shown: string]>([
  ['plain text', 'migrated 12 rows', 'migrated 12 rows'],
  ['letters of every script', 'Größe 大小 размер 😀 é', 'Größe 大小 размер 😀 é'],
  ['a tab and a newline', 'a\tb\nc', 'a\tb\nc'],
  ['a newline of Windows', 'a\r\nb', 'a\nb'],
  ['a progress bar', ' 10 %\r 20 %', ' 10 %\n 20 %'],
  ['a line over another', 'rm -rf /\rls', 'rm -rf /\nls'],
  ['NUL', 'a\0b', 'a\\x00b'],
  ['BEL', '\x07', '\\x07'],
  ['backspace', 'evil\b\b\b\bgood', 'evil\\x08\\x08\\x08\\x08good'],
  ['vertical tab', '\v', '\\x0b'],
  ['form feed', '\f', '\\x0c'],
  ['shift out, other character set', '\x0e', '\\x0e'],
  ['shift in', '\x0f', '\\x0f'],
  ['enquiry, which a terminal answers', '\x05', '\\x05'],
  ['XON and XOFF', '\x11\x13', '\\x11\\x13'],
  ['cancel', '\x18', '\\x18'],
  ['end of file of DOS', '\x1a', '\\x1a'],
  ['DEL', '\x7f', '\\x7f'],
  ['colour', `${esc}[31mred${esc}[0m`, '\\x1b[31mred\\x1b[0m'],
  ['hidden text', `${esc}[8msecret`, '\\x1b[8msecret'],
  ['clear the screen', `${esc}[2J${esc}[H`, '\\x1b[2J\\x1b[H'],
  ['clear the scrollback', `${esc}[3J`, '\\x1b[3J'],
  ['erase a line', `${esc}[2K`, '\\x1b[2K'],
  ['a line up', `${esc}[1A`, '\\x1b[1A'],
  ['place the cursor', `${esc}[1;1H`, '\\x1b[1;1H'],
  ['alternate screen', `${esc}[?1049h`, '\\x1b[?1049h'],
  ['hide the cursor', `${esc}[?25l`, '\\x1b[?25l'],
  ['mouse reports', `${esc}[?1000h`, '\\x1b[?1000h'],
  ['bracketed paste off', `${esc}[?2004l`, '\\x1b[?2004l'],
  ['ask for the cursor', `${esc}[6n`, '\\x1b[6n'],
  ['ask for the device', `${esc}[c`, '\\x1b[c'],
  ['ask for the title', `${esc}[21t`, '\\x1b[21t'],
  ['resize the window', `${esc}[8;1;1t`, '\\x1b[8;1;1t'],
  ['scroll region', `${esc}[1;2r`, '\\x1b[1;2r'],
  ['insert mode', `${esc}[4h`, '\\x1b[4h'],
  ['repeat a character', `a${esc}[999999999b`, 'a\\x1b[999999999b'],
  ['print the screen', `${esc}[5i`, '\\x1b[5i'],
  ['full reset', `${esc}c`, '\\x1bc'],
  ['soft reset', `${esc}[!p`, '\\x1b[!p'],
  ['save and restore the cursor', `${esc}7${esc}8`, '\\x1b7\\x1b8'],
  ['line drawing set', `${esc}(0`, '\\x1b(0'],
  ['a window title', `${esc}]0;pwned\x07`, '\\x1b]0;pwned\\x07'],
  ['OSC 4, palette', `${esc}]4;1;?${esc}\\`, '\\x1b]4;1;?\\x1b\\'],
  ['OSC 7, folder', `${esc}]7;file:///etc\x07`, '\\x1b]7;file:///etc\\x07'],
  ['OSC 8, a link', `${esc}]8;;http://x/${esc}\\ok${esc}]8;;${esc}\\`, '\\x1b]8;;http://x/\\x1b\\ok\\x1b]8;;\\x1b\\'],
  ['OSC 9, a notification', `${esc}]9;hi\x07`, '\\x1b]9;hi\\x07'],
  ['OSC 10, foreground', `${esc}]10;?\x07`, '\\x1b]10;?\\x07'],
  ['OSC 50, font', `${esc}]50;#\x07`, '\\x1b]50;#\\x07'],
  ['OSC 52, clipboard', `${esc}]52;c;cm0gLXJmIC8=\x07`, '\\x1b]52;c;cm0gLXJmIC8=\\x07'],
  ['OSC 777', `${esc}]777;notify;a;b\x07`, '\\x1b]777;notify;a;b\\x07'],
  ['OSC 1337, a file', `${esc}]1337;File=:AAAA\x07`, '\\x1b]1337;File=:AAAA\\x07'],
  ['DCS, ask for a setting', `${esc}P$q"p${esc}\\`, '\\x1bP$q"p\\x1b\\'],
  ['DCS, sixel', `${esc}Pq#0;2;0;0;0${esc}\\`, '\\x1bPq#0;2;0;0;0\\x1b\\'],
  ['APC', `${esc}_Gf=100;AAAA${esc}\\`, '\\x1b_Gf=100;AAAA\\x1b\\'],
  ['PM', `${esc}^x${esc}\\`, '\\x1b^x\\x1b\\'],
  ['SOS', `${esc}Xx${esc}\\`, '\\x1bXx\\x1b\\'],
  ['an escape that is cut', esc, '\\x1b'],
  ['CSI of C1', '\x9b2J', '\\x9b2J'],
  ['OSC of C1', '\x9d0;x\x9c', '\\x9d0;x\\x9c'],
  ['DCS of C1', '\x90q\x9c', '\\x90q\\x9c'],
  ['C1 in UTF-8', Buffer.from([0xc2, 0x9b, 0x41]).toString(), '\\x9bA'],
  ['next line of C1', 'a\x85b', 'a\\x85b'],
  ['right to left override', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['bidi embedding', '\u202a\u202b\u202c\u202d', '\\u202a\\u202b\\u202c\\u202d'],
  ['bidi isolates', '\u2066\u2067\u2068\u2069', '\\u2066\\u2067\\u2068\\u2069'],
  ['bidi marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  ['zero width', 'a\u200bb\u200cc\u200dd\u2060e', 'a\\u200bb\\u200cc\\u200dd\\u2060e'],
  ['byte order mark', '\ufeffa', '\\ufeffa'],
  ['soft hyphen', 'a\u00adb', 'a\\xadb'],
  ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['tag characters', '\u{e0041}', '\\u{e0041}'],
  ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
  ['what is written with a backslash already', 'a\\x1bb', 'a\\x1bb'],
])('%s', (_, text, shown) => {
  expect(visible(text)).toBe(shown)
})

test.each([
  ['a\nb', 'a\\nb'],
  ['a\r\nb\rc', 'a\\r\\nb\\rc'],
  ['a\tb', 'a\tb'],
  ['a\x1b[2J', 'a\\x1b[2J'],
])('%j stays on its line', (text, shown) => {
  expect(visibleLine(text)).toBe(shown)
})

describe('whatever the text is', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  )

  test('nothing that steers a terminal is left', () => {
    fc.assert(fc.property(anything, (text) => !/[^\P{C}\t\n\p{Co}\p{Cn}]|[\p{Zl}\p{Zp}]/u.test(visible(text))))
  })

  test('a line stays a line', () => {
    fc.assert(fc.property(anything, (text) => !/[^\P{C}\t\p{Co}\p{Cn}]|[\p{Zl}\p{Zp}]/u.test(visibleLine(text))))
  })

  test('what is shown is shown as it is once more', () => {
    fc.assert(fc.property(anything, (text) => visible(visible(text)) === visible(text)))
  })
})
