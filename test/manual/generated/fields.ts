import { declaredIn, type Variant } from './declared.ts'
import { code, table } from './markdown.ts'

export function runEventsPart(): string {
  return fieldTable('event', declaredIn('src/run/events.ts', 'Happening'))
}

export function testEventsPart(): string {
  return fieldTable('event', declaredIn('src/ops/tests.ts', 'TestHappening'))
}

export function recordsPart(): string {
  return fieldTable('kind', declaredIn('src/journal/records.ts', 'JournalRecord'))
}

/** A row for each field of each variant; `tag` is the field that tells them apart. */
function fieldTable(tag: string, variants: readonly Variant[]): string {
  const rows = variants.flatMap(({ fields, comment }) => {
    const name = fields.find((field) => field.name === tag)?.type.replaceAll("'", '') ?? ''
    const others = fields.filter((field) => field.name !== tag)
    return others.map(({ name: field, type, optional, comment: means }, index) => [
      index === 0 ? code(name) : '',
      code(`${field}${optional ? '?' : ''}`),
      code(type),
      [index === 0 ? comment : '', means].filter(Boolean).join(' '),
    ])
  })
  return table([tag, 'field', 'type', 'says'], rows)
}
