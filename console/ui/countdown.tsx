import { useEffect, useState } from 'react'

/** How long is left, by the second; not read out as it runs. */
export function Countdown({ to }: { to: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(clock)
  }, [])
  const left = Math.max(0, Math.floor((new Date(to).getTime() - now) / 1000))
  const parts = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60]
  return (
    <span className="countdown" role="timer" aria-live="off">
      {parts.map((part) => String(part).padStart(2, '0')).join(':')}
    </span>
  )
}
