import type { TypeDocOptions } from 'typedoc'
import { root } from '../pages.ts'

/** What TypeDoc calls the entry points of the library, and the names that they are imported by. */
export const modules: ReadonlyMap<string, string> = new Map([
  ['src', 'conc-deploy'],
  ['src/test', 'conc-deploy/test'],
])

/** What never changes in how the pages are made. */
export const options = {
  name: 'Manual of conc',
  entryPoints: [`${root}src/index.ts`, `${root}src/test.ts`],
  tsconfig: `${root}tsconfig.build.json`,
  // `npm run types` does that.
  skipErrorChecking: true,
  basePath: root,
  readme: `${root}README.md`,
  customCss: `${root}test/manual/typedoc/tables.css`,
  searchInDocuments: true,
  navigation: { includeGroups: true },
  highlightLanguages: ['console', 'ini', 'json', 'sh', 'text', 'ts', 'yaml'],
  ignoredHighlightLanguages: ['cron', 'systemd'],
  excludeExternals: true,
  excludeInternal: true,
  disableGit: true,
  disableSources: true,
  hideGenerator: true,
  githubPages: false,
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
} as const satisfies Partial<TypeDocOptions>
