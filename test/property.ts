import fc from 'fast-check';

// The same examples in every run, so that what was green stays green; FAST_CHECK_SEED tries others.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });

export default fc;
