import { Application, Converter, type DocumentReflection, PageEvent, ReflectionKind } from 'typedoc'
import { type Part, partsOfManual } from '../contents.ts'
import { root, textOf } from '../pages.ts'
import { Listener } from './listener.ts'
import { modules, options } from './options.ts'

/**
 * Makes the manual into pages that need no server, with the interface of the library; what was in the folder goes.
 * Throws with all that is wrong with the pages: links, anchors, pictures, languages.
 */
export async function buildSite(out: string): Promise<void> {
  const app = await generatorOf(partsOfManual(), out)
  const listener = new Listener()
  app.logger = listener
  await write(app)
  if (listener.complaints.length > 0) throw new Error(listener.complaints.join('\n'))
}

async function generatorOf(parts: readonly Part[], out: string): Promise<Application> {
  const app = await Application.bootstrap({
    ...options,
    projectDocuments: parts.flatMap(({ paths }) => paths.map((path) => root + path)),
    groupOrder: [...parts.map(({ heading }) => heading), '*'],
    out,
  })
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => place(document, parts))
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    if (reflection.kind === ReflectionKind.Module) reflection.name = modules.get(reflection.name) ?? reflection.name
  })
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = namingIndex(page.contents ?? '')
  })
  return app
}

async function write(app: Application): Promise<void> {
  const project = await app.convert()
  if (project === undefined) return
  app.validate(project)
  await app.generateOutputs(project)
}

/** A page is called as its heading says, and stands in the part that the contents list it in. */
function place(document: DocumentReflection, parts: readonly Part[]): void {
  const path = `${document.name}.md`
  document.name = /^# (.*)$/m.exec(textOf(path))?.[1] ?? document.name
  document.frontmatter.group = parts.find(({ paths }) => paths.includes(path))?.heading
}

/** TypeDoc leads to the front page by its folder, which is a page to a server only. */
function namingIndex(html: string): string {
  return html.replaceAll(/ href="((?:\.\.\/)+)(#[^"]*)?"/g, ' href="$1index.html$2"')
}
