import { Progress, Text } from '@mantine/core'

export interface Work {
  done: number
  total: number
  faults: string[]
}

/** One after the other, saying how far it is; what fails does not stop the rest. */
export async function eachOf<T>(
  items: readonly T[],
  act: (item: T) => Promise<string | null>,
  tell: (work: Work) => void,
): Promise<Work> {
  const work: Work = { done: 0, total: items.length, faults: [] }
  for (const item of items) {
    const fault = await act(item)
    if (fault) work.faults.push(fault)
    work.done++
    tell({ ...work })
  }
  return work
}

export const Doing = ({ work }: { work: Work }) => (
  <div role="status">
    <Progress value={(work.done / Math.max(1, work.total)) * 100} aria-label="How far it is" />
    <Text size="sm">
      {work.done} of {work.total}
    </Text>
    {work.faults.map((fault) => (
      <Text key={fault} size="sm" c="red">
        {fault}
      </Text>
    ))}
  </div>
)
