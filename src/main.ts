import { readConfig } from './config.ts'
import { openHouse } from './house.ts'
import { say, serve } from './serve.ts'
import { told } from './told.ts'

try {
  const config = readConfig()
  await serve(config, await openHouse(config, say))
} catch (error) {
  say(told(error))
  process.exit(1)
}
