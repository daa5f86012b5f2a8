import { Absent } from './types.ts'

/** A yes-or-no answer, where no is also true of what is not there. */
export async function unlessAbsent(answer: Promise<boolean>): Promise<boolean> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Absent) return false
    throw error
  }
}
