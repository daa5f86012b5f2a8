/** Does something with each item, at most so many at a time, in their order. Gives the results in that order; rejects with the first failure when all that began is over. */
export async function eachOf<T, R>(
  items: readonly T[],
  most: number,
  act: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await act(items[at] as T, at)
  }
  const workers = Array.from({ length: Math.min(most, items.length) }, work)
  const over = await Promise.allSettled(workers)
  for (const one of over) if (one.status === 'rejected') throw one.reason
  return results
}
