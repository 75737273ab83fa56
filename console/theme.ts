import { createTheme } from '@mantine/core'

/** How the console looks. Its variables become a file at build time: the page's policy lets no style in that stands in the page. */
export const theme = createTheme({
  colors: {
    keep: [
      '#e8f7f3',
      '#d3ebe5',
      '#a6d6cb',
      '#76c0b0',
      '#4fae9a',
      '#34a18c',
      '#1c8f7a',
      '#0d6b5e',
      '#0a5c51',
      '#064a41',
    ],
    dark: [
      '#d5dfdd',
      '#b7c4c1',
      '#93a5a1',
      '#6b7e7a',
      '#33403e',
      '#25302f',
      '#1d2626',
      '#171e1e',
      '#121818',
      '#0f1414',
    ],
  },
  primaryColor: 'keep',
  primaryShade: 7,
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650' },
  components: {
    // Locking the page's scroll is done by a style that stands in the page.
    Modal: { defaultProps: { lockScroll: false, overlayProps: { backgroundOpacity: 0.45 } } },
    Drawer: { defaultProps: { lockScroll: false, position: 'right' } },
    // What would hold the focus at first is no part of a menu for who listens: the first choice takes it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Select: { defaultProps: { comboboxProps: { shadow: 'md' } } },
  },
})
