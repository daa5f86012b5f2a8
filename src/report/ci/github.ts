import type { Folds } from './folds.ts'

/**
 * Workflow commands of GitHub Actions. Its runner obeys `::name::` at the start of a line, after white space too, and the
 * older `##[name]` anywhere in one (actions/runner, ActionCommand.cs): both are broken in what is not ours. A carriage return
 * ends a line there too.
 */
export const githubFolds: Folds = {
  open: ({ title }) => `::group::${data(title)}`,
  close: () => '::endgroup::',
  problem: (title, text) => `::error title=${property(title)}::${data(text)}`,
  harmless: (line) => line.replace(/(^|\r)([\s\x85]*):(?=:)/g, '$1$2\\x3a').replaceAll('##[', '##\\x5b'),
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
