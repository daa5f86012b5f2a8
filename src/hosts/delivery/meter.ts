import type { Progress } from '../../ops/types.ts'
import type { Blob } from './blob.ts'

/** Counts what has arrived. */
export interface Meter {
  bytes(blob: Blob, more: number): void
  whole(blob: Blob): void
}

/** @param there how many files are on the node already. */
export function startMeter(
  blobs: readonly Blob[],
  there: number,
  onProgress: ((progress: Progress) => void) | undefined,
): Meter {
  const total = blobs.reduce((sum, { bytes }) => sum + bytes, 0)
  const allFiles = blobs.reduce((sum, { files }) => sum + files, there)
  const came = new Map<Blob, number>()
  let files = there
  // Of an archive as much of the files as of the whole.
  const ofFiles = ({ bytes, size }: Blob, arrived: number) => Math.floor((bytes * arrived) / size)
  const tell = () => {
    const done = [...came].reduce((sum, [blob, arrived]) => sum + ofFiles(blob, arrived), 0)
    onProgress?.({ done, total, files, allFiles })
  }
  tell()
  return {
    bytes: (blob, more) => {
      came.set(blob, (came.get(blob) ?? 0) + more)
      tell()
    },
    whole: ({ files: more }) => {
      files += more
      tell()
    },
  }
}
