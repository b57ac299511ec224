import { defaultProvider } from '../../../lambda/lifecycle/credential-provider';

test('credentials are those that Lambda puts into the environment', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
  try {
    expect(await defaultProvider()()).toMatchObject({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' });
  } finally {
    process.env = before;
  }
});
