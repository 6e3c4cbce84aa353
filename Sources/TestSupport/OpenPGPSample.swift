/// Certificates as GnuPG 2.2.40 exports them.
public enum OpenPGPSample {
    /// The fingerprint of Alice's key.
    public static let aliceFingerprint = "A784E9EF58F0F19E8C01D50CBA3C0FD03CBB8DA3"
    /// The fingerprint of Bob's key, not that of the subkey.
    public static let bobFingerprint = "E191A945CAA39E69CBA82159D5B9EDC1848334EB"

    /// An Ed25519 key that signs.
    public static let alice = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEawHxnBYJKwYBBAHaRw8BAQdAbiO8wnfPulvjzzC/NLHo+PoU4FlamjJYEeGX
        rTnGXXO0FUFsaWNlIDxhQGV4YW1wbGUub3JnPoiQBBMWCAA4FiEEp4Tp71jw8Z6M
        AdUMujwP0Dy7jaMFAmsB8ZwCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ
        ujwP0Dy7jaNIDgEAncEpXzYfHgFAfFvqzgUzhh9hrPg1kx+s3RFMPFggUdwBAKng
        dwBlLKFyQqbgQ8DTeQ2vTB4eE1hOm71jFh4mwm8L
        =0tYz
        -----END PGP PUBLIC KEY BLOCK-----

        """
    /// A P-256 key that certifies, with an Ed25519 subkey that signs.
    public static let bob = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mFIEawHxnBMIKoZIzj0DAQcCAwSuxHuh+ryYo97m0kwvigTa9NCV8v236cV05jrS
        Udv/NDZ2BaxQfJLwpQzhatEwAQNGxz2/YL3lugZ7iz/4MQG8tBNCb2IgPGJAZXhh
        bXBsZS5vcmc+iJAEExMIADgWIQThkalFyqOeacuoIVnVue3BhIM06wUCawHxnAIb
        AQULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRDVue3BhIM067BfAP96ha8W2As6
        MCg7QE2wqW4NXul6nUa2nDLwB5qCUrrm4gEAmQvxBCNkc33uttoWVsctA8YqjVLO
        i1ZyJthcGbvBkAa4MwRrAfGcFgkrBgEEAdpHDwEBB0AQqIEfJ4UVk4ht7p09ljuK
        oZP7/8s/LH+HVnme1Bt+n4jvBBgTCAAgFiEE4ZGpRcqjnmnLqCFZ1bntwYSDNOsF
        AmsB8ZwCGwIAgQkQ1bntwYSDNOt2IAQZFggAHRYhBASnWvLOEhW/WnDOtFbr6Tem
        EMNcBQJrAfGcAAoJEFbr6TemEMNcsJoBAMC+3XRqKjcaK6LJ/42dIRAcN1Xxdbsa
        KXmOwcsUB9RmAQC3cyaVnqh7nKNetfioaosVDh9xeQ4QpsXLsAIsb5t2A3wPAP9V
        yQCpYNaeHp2jHYSfDpSSmIAwyId33TzRonfPTUCzAQD/Ux3JXVGPj+zhFSD3Qa5m
        tXjxU6jwzjh6r3rA5VrlzqA=
        =MBD3
        -----END PGP PUBLIC KEY BLOCK-----

        """
}
