import { LinkButton } from '../ui/link-button.tsx'
import { Page } from '../ui/page.tsx'
import { Nothing } from '../ui/states.tsx'

export const LostPage = () => (
  <Page title="There is no such page">
    <Nothing title="The address leads nowhere.">
      <LinkButton to="/" variant="default" mt="sm">
        Go to the first page
      </LinkButton>
    </Nothing>
  </Page>
)
