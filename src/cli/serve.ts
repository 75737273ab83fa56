import { Command } from 'commander'

export const serveCommand = new Command('serve')
  .description('start the server, as `npm start` does')
  .action(async () => void (await import('../main.ts')))
