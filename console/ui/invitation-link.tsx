import { Button, CopyButton, Group, Text, TextInput } from '@mantine/core'

/** Where no mail takes it to the invited person, the inviter does. */
export const InvitationLink = ({ url, done }: { url: string; done: () => void }) => (
  <div className="form">
    <Text size="sm">
      Nobody but you sees this link, and only now. Pass it on to the invited person: it works once, for 24 hours.
    </Text>
    <Group align="end" gap="xs" wrap="nowrap">
      <TextInput
        label="Link to pass on"
        value={url}
        readOnly
        className="grow"
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <CopyButton value={url}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
    <Group justify="flex-end">
      <Button onClick={done}>Done</Button>
    </Group>
  </div>
)
