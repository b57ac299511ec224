import { isOwnedBy, tagDifference, withOwner } from '../../../lambda/lifecycle/tags';
import { OWNER_TAG_KEY } from '../../../src/wire/lifecycle';
import fc from '../../property';

const tags = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', OWNER_TAG_KEY), fc.constantFrom('1', '2'));

test('applying the difference gives what is wanted, keeps what others set, and never touches the owner tag', () => {
  fc.assert(fc.property(tags, tags, tags, (present, wanted, before) => {
    const { set, remove } = tagDifference(present, wanted, before);
    const after = Object.fromEntries(Object.entries({ ...present, ...set }).filter(([key]) => !remove.includes(key)));

    expect(set).not.toHaveProperty([OWNER_TAG_KEY]);
    expect(after[OWNER_TAG_KEY]).toBe(present[OWNER_TAG_KEY]);
    for (const key of ['a', 'b', 'c', 'd']) {
      const expected = wanted[key] ?? (key in before ? undefined : present[key]);
      expect(after[key]).toBe(expected);
    }
  }));
});

test('ownership is the tag with the value of this stack and logical id, nothing else', () => {
  expect(isOwnedBy('me', withOwner({ a: '1' }, 'me'))).toBe(true);
  expect(isOwnedBy('me', withOwner({}, 'you'))).toBe(false);
  expect(isOwnedBy('me', {})).toBe(false);
  expect(isOwnedBy('me', undefined)).toBe(false);
});
