const palettes = {
  light: {
    ground: '#ffffff',
    head: '#f6f8f8',
    line: '#e9eeed',
    words: '#1d2b29',
    dim: '#5c6b68',
    stripe: '#fafcfb',
    levels: ['#a6d6cb', '#0d6b5e', '#c92a2a'],
    hatch: '#4fae9a',
    mark: '#e8890c',
    veil: 'rgba(255,255,255,.62)',
    ring: '#123c36',
    chosen: 'rgba(28,126,214,.16)',
    edge: '#1c7ed6',
    band: '#e3eae8',
    divide: '#9db4af',
    cross: 'rgba(13,107,94,.06)',
  },
  dark: {
    ground: '#141a1a',
    head: '#1a2222',
    line: '#232d2c',
    words: '#dfe8e6',
    dim: '#93a5a1',
    stripe: '#171e1e',
    levels: ['#24574e', '#34a18c', '#e03131'],
    hatch: '#3f8b7c',
    mark: '#ffc078',
    veil: 'rgba(20,26,26,.62)',
    ring: '#e9fbf6',
    chosen: 'rgba(77,171,247,.2)',
    edge: '#4dabf7',
    band: '#25302f',
    divide: '#4d625e',
    cross: 'rgba(79,195,171,.08)',
  },
} as const

export type Colours = (typeof palettes)['light'] | (typeof palettes)['dark']

export const coloursOf = (dark: boolean): Colours => palettes[dark ? 'dark' : 'light']
