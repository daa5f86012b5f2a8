import ts from 'typescript'
import { textOf } from '../pages.ts'

/** A field of a type, as it is declared. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly optional: boolean
  readonly comment: string
}

/** One of the types that a union is made of. */
export interface Variant {
  readonly fields: readonly Field[]
  readonly comment: string
}

/** The variants of a union type, in their order, with the comments beside them. */
export function declaredIn(path: string, union: string): readonly Variant[] {
  const file = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2023, true)
  const found = file.statements.find(
    (each): each is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(each) && each.name.text === union,
  )
  if (found === undefined || !ts.isUnionTypeNode(found.type)) throw new Error(`${path}: there is no union ${union}`)
  let end = found.type.pos
  return found.type.types.map((type) => {
    const comment = commentIn(file.text.slice(end, type.getStart()))
    end = type.end
    return { fields: fieldsOf(type, file), comment }
  })
}

function fieldsOf(type: ts.TypeNode, file: ts.SourceFile): readonly Field[] {
  if (ts.isParenthesizedTypeNode(type)) return fieldsOf(type.type, file)
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap((each) => fieldsOf(each, file))
  if (ts.isTypeLiteralNode(type)) return type.members.filter(ts.isPropertySignature).map(fieldOf)
  const named = file.statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === type.getText(),
  )
  if (named === undefined) throw new Error(`${file.fileName}: there is no interface ${type.getText()}`)
  return named.members.filter(ts.isPropertySignature).map(fieldOf)
}

function fieldOf(member: ts.PropertySignature): Field {
  return {
    name: member.name.getText(),
    type: member.type?.getText().replaceAll('readonly ', '') ?? '',
    optional: member.questionToken !== undefined,
    comment: commentIn(member.getFullText().slice(0, member.getLeadingTriviaWidth())),
  }
}

/** The text of a doc comment, on one line. */
function commentIn(trivia: string): string {
  const [, text = ''] = /\/\*\*([\s\S]*?)\*\//.exec(trivia) ?? []
  return text
    .replaceAll(/^ *\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
