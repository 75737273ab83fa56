import type { SVGProps } from 'react'

/** Drawn on a grid of 24, in the colour of the text around them. */
const shapes = {
  overview: 'M4 13h6V4H4zM14 20h6V4h-6zM4 20h6v-4H4z',
  matrix:
    'M4 4h4v4H4zM10 4h4v4h-4zM16 4h4v4h-4zM4 10h4v4H4zM10 10h4v4h-4zM16 10h4v4h-4zM4 16h4v4H4zM10 16h4v4h-4zM16 16h4v4h-4z',
  customers: 'M4 21V6l8-3v18M12 9l8 3v9M3 21h18M7.500 9h1M7.500 13h1M7.500 17h1M15.500 15h1M15.500 18h1',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.300 2.700-6 6-6s6 2.700 6 6M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.600a6 6 0 0 1 3 5.400',
  grants: 'M14.500 9.500a4.500 4.500 0 1 0-4.200 4.500L12 12.500h2v-2zM14 12.500l6.500 6.500v2h-3v-2h-2v-2h-2',
  handoff: 'M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4',
  emergency: 'M12 3 2.500 20h19zM12 10v4M12 17v.010',
  reviews: 'M9 11l3 3 8-9M20 12v7a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9',
  audit: 'M8 6h12M8 12h12M8 18h12M4 6v.010M4 12v.010M4 18v.010',
  compliance: 'M6 3h9l4 4v14H6zM15 3v4h4M9 13l2 2 4-4M9 18h6',
  retention: 'M4 5h16v4H4zM6 9v10h12V9M10 13h4',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-3.500 3.100-6 7-6s7 2.500 7 6',
  settings:
    'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100',
  bookmark: 'M7 4h10v16l-5-4-5 4z',
  bell: 'M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM21 21l-5-5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19M5 19l1.400-1.400M17.600 6.400 19 5',
  moon: 'M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500z',
  system: 'M3 5h18v11H3zM8 20h8M12 16v4',
  menu: 'M4 6h16M4 12h16M4 18h16',
  close: 'M6 6l12 12M18 6 6 18',
  out: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  plus: 'M12 5v14M5 12h14',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  check: 'M5 13l4 4L19 7',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6z',
} as const

export type IconName = keyof typeof shapes

export const Icon = ({ name, size = 18, ...rest }: { name: IconName; size?: number } & SVGProps<SVGSVGElement>) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth={1.7}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
    {...rest}
  >
    <path d={shapes[name]} />
  </svg>
)

export const Keep = ({ size = 26 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="6 5 20 22" fill="currentColor" aria-hidden>
    <path
      fillRule="evenodd"
      d="M7 6h4v3h3V6h4v3h3V6h4v7l-2.500 2.500V26H9.500V15.500L7 13Zm9 8.500a2.300 2.300 0 0 0-1.200 4.260L14 23h4l-.800-4.240A2.300 2.300 0 0 0 16 14.500Z"
    />
  </svg>
)
