"""The options of ssh_config(5): which are honoured, which are not and why, and which mean nothing to this program."""

from __future__ import annotations

__all__ = ["ALIASES", "NAMES", "NOT_HONOURED", "WITHOUT_MEANING"]

HONOURED = (
    "Hostname User Port Tag IdentityFile CertificateFile IdentitiesOnly IdentityAgent ProxyJump ProxyCommand "
    "UserKnownHostsFile GlobalKnownHostsFile HostKeyAlias StrictHostKeyChecking HashKnownHosts ServerAliveInterval "
    "ServerAliveCountMax ConnectTimeout PubkeyAuthentication PasswordAuthentication KbdInteractiveAuthentication "
    "PreferredAuthentications NumberOfPasswordPrompts AddressFamily BindAddress Compression KexAlgorithms Ciphers MACs "
    "HostKeyAlgorithms IgnoreUnknown"
)
NAMES = {name.lower(): name for name in HONOURED.split()}
"""How an option that is honoured is written, by its keyword in small letters."""

ALIASES = {
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
    "tisauthentication": "kbdinteractiveauthentication",
    "dsaauthentication": "pubkeyauthentication",
    "identityfile2": "identityfile",
}
"""Old names of options (readconf.c, `keywords`)."""

OWN_CONNECTION = "this program keeps its own connection, so a one-time code is asked for again"
NOT_HONOURED = {
    name.lower(): (name, reason)
    for name, reason in {
        "ControlMaster": OWN_CONNECTION,
        "ControlPath": OWN_CONNECTION,
        "CanonicalizeHostname": "names are taken as they are",
        "KnownHostsCommand": "host keys are looked up in files only",
        "RevokedHostKeys": "only @revoked lines of known_hosts are",
        "NoHostAuthenticationForLocalhost": "host keys are always checked",
        "VerifyHostKeyDNS": "host keys are looked up in files only",
        "AddKeysToAgent": "keys are never added to an agent",
        "PKCS11Provider": "load the key into an agent",
        "SecurityKeyProvider": "load the key into an agent",
    }.items()
}
"""Options that change where a connection goes or who it trusts, and why they are not honoured."""

NARROWING = {
    "casignaturealgorithms",
    "gssapikexalgorithms",
    "hostbasedacceptedalgorithms",
    "hostbasedkeytypes",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "requiredrsasize",
}
"""Options that narrow the algorithms of OpenSSH, as a distribution's crypto policy does; asyncssh has its own."""

ELSEWHERE = """
batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames channeltimeout
checkhostip clearallforwardings connectionattempts controlpersist dynamicforward enableescapecommandline
enablesshkeysign escapechar exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11
forwardx11timeout forwardx11trusted gatewayports globalknownhostsfile2 gssapiauthentication gssapiclientidentity
gssapidelegatecredentials gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns
hostbasedauthentication ipqos keepalive localcommand localforward loglevel logverbose obscurekeystroketiming
passwordpromptsprotocol permitlocalcommand permitremoteopen protocol proxyusefdpass refuseconnection rekeylimit
remotecommand remoteforward requesttty sendenv sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink
syslogfacility tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain userknownhostscommand userknownhostsfile2
versionaddendum visualhostkey warnweakcrypto xauthlocation
"""
WITHOUT_MEANING = NARROWING | set(ELSEWHERE.split())
"""Options about terminals, forwardings and logs that this program does not have, or that change nothing for it."""
