import configs from '../../rolldown.config.js'

const [built] = configs

/** The program as it is built, but each of its processes records what it reaches, and its text is to be found in the sources. */
export default {
  ...built,
  input: {
    ...built.input,
    'src/cli/main': 'test/covered/program.ts',
    'src/nodetest/setup': 'test/covered/worker.ts',
  },
  treeshake: false,
  output: { ...built.output, minify: false, sourcemap: true },
}
