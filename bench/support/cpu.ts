/** How often a second of CPU would suffice for what is done `times` times here. */
export function cpuRate(times: number, work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (times / (user + system)) * 1e6
}
