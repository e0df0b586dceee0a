import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { issue, makeAuthority } from '../../emulator/authority.ts';

const authority = await makeAuthority();

describe('the authority of the embedded AutoSys', () => {
  test('signs server certificates that verify against it', async () => {
    const server = new X509Certificate((await issue(authority)).certificate);
    const root = new X509Certificate(authority.certificate);

    expect(server.verify(root.publicKey)).toBe(true);
    expect(server.checkIssued(root)).toBe(true);
    expect(root.ca).toBe(true);
    expect(server.ca).toBe(false);
  });

  test('contains the loopback host as name, IPv4 and IPv6 address', async () => {
    const server = new X509Certificate((await issue(authority)).certificate);

    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkIP('::1')).toBe('::1');
    expect(server.checkHost('autosys.example.com')).toBeUndefined();
  });

  test('contains another host if requested', async () => {
    const { certificate } = await issue(authority, { hosts: ['autosys.example.com'] });

    expect(new X509Certificate(certificate).checkHost('autosys.example.com')).toBeDefined();
    expect(new X509Certificate(certificate).checkIP('127.0.0.1')).toBeUndefined();
  });

  test('issues an expired certificate if requested', async () => {
    const validTo = new Date('2020-01-02T00:00:00Z');

    const { certificate } = await issue(authority, {
      validFrom: new Date('2020-01-01T00:00:00Z'),
      validTo,
    });

    expect(new X509Certificate(certificate).validToDate).toEqual(validTo);
  });

  test('creates a separate key for each server, and can be reused from its two PEM texts', async () => {
    const copy = JSON.parse(JSON.stringify(authority));

    const [one, other] = await Promise.all([issue(copy), issue(copy)]);

    expect(one.privateKey).not.toBe(other.privateKey);
    expect(one.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const root = new X509Certificate(authority.certificate);
    expect(new X509Certificate(one.certificate).verify(root.publicKey)).toBe(true);
  });

  test('fails when the authority is not a certificate', async () => {
    const broken = { ...authority, certificate: 'nothing of the kind' };

    await expect(issue(broken)).rejects.toThrow();
  });
});
