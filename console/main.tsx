import '@mantine/core/styles.css'
import 'virtual:mantine-variables.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/matrix.css'
import './styles/audit.css'
import './styles/compliance.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { App } from './app.tsx'
import { inMemory } from './color-scheme.ts'
import { theme } from './theme.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A page that is opened again asks again: what it shows meanwhile is what it knew.
      staleTime: 0,
      // What the server has decided it decides again: only an answer that did not come is asked for once more.
      retry: (tries, error) => tries < 1 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
})

const place = document.getElementById('app')
if (place) {
  createRoot(place).render(
    <StrictMode>
      {/* No style may stand in the page, and nothing is kept: both would be Mantine's own way. */}
      <MantineProvider
        theme={theme}
        withCssVariables={false}
        withGlobalClasses={false}
        colorSchemeManager={inMemory()}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" />
          <App />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
