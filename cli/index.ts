import { main } from './main';
import { SdkServices } from './sdk-services';

// The SDK is part of this file, so a warning that it will need a newer Node.js one day is of no use to who runs it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// A reader such as `head` may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
});

// No process.exit(): what a pipe has not taken yet would be lost.
void main(process.argv.slice(2), {
  services: new SdkServices(),
  now: () => Date.now(),
  stdout: process.stdout,
  stderr: process.stderr,
}).then(exitCode => { process.exitCode = exitCode; });
