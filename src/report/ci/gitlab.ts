import type { Folds } from './folds.ts'

const erase = '\x1b[0K'

/**
 * Sections of a GitLab job log (docs.gitlab.com/ci/jobs/job_logs). A marker is one only with its carriage return and escape
 * code, and neither gets into a line of the report; of a command's own output the carriage return is changed there.
 */
export const gitlabFolds: Folds = {
  open: ({ id, title, time }) => `${erase}section_start:${time}:${id}[collapsed=true]\r${erase}${title}`,
  close: ({ id, time }) => `${erase}section_end:${time}:${id}\r${erase}`,
  harmless: (line) => line.replaceAll(/(section_(?:start|end):[^\r]*)\r/g, '$1\\r'),
}
