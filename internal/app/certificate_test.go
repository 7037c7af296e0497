package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certify writes a certificate of wangge.test and its key.
func certify(t *testing.T, serial int64, cert, key string) *x509.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"wangge.test"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Other machines come encrypted, by a name of the server, and show who they are; a renewed certificate counts without a restart, a broken one changes nothing.
func TestOtherMachines(t *testing.T) {
	onDatabase(t)
	if r := zhuwang(t, "migrate"); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	cert, key := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	trusted := x509.NewCertPool()
	trusted.AddCert(certify(t, 1, cert, key))
	address := serve(t, "--listen", "0.0.0.0:0", "--accounts", "--host", "wangge.test,10.0.0.8", "--tls-cert", cert, "--tls-key", key)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	if err != nil || !strings.HasPrefix(address, "https://") {
		t.Fatal(address, err)
	}
	// get asks on a connection of its own.
	get := func(path, host string) (*http.Response, error) {
		transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trusted},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
			}}
		req, err := http.NewRequest(http.MethodGet, "https://wangge.test:"+port+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := (&http.Client{Transport: transport}).Do(req)
		if err == nil {
			res.Body.Close()
		}
		return res, err
	}
	for _, c := range []struct {
		path, host string
		want       int
	}{
		{"/livez", "wangge.test:" + port, 200}, {"/livez", "WANGGE.TEST", 200}, {"/livez", "10.0.0.8:" + port, 200}, {"/livez", "127.0.0.1", 200},
		{"/livez", "elsewhere.test", 403}, {"/livez", "wangge.test.elsewhere.test", 403},
		{"/api/v1/buildings", "wangge.test", 401},
	} {
		res, err := get(c.path, c.host)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != c.want || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s of %s: %d, want %d; %v", c.path, c.host, res.StatusCode, c.want, res.Header)
		}
	}
	if res, err := http.Get("http://127.0.0.1:" + port + "/livez"); err != nil || res.StatusCode != 400 {
		t.Errorf("without encryption: %v, %v", res, err)
	}

	trusted.AddCert(certify(t, 2, cert, key))
	eventually(t, "the renewed certificate", func() bool {
		res, err := get("/livez", "wangge.test")
		return err == nil && res.TLS.PeerCertificates[0].SerialNumber.Int64() == 2
	})
	if err := os.WriteFile(cert, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if res, err := get("/livez", "wangge.test"); err != nil || res.TLS.PeerCertificates[0].SerialNumber.Int64() != 2 {
		t.Errorf("after a broken renewal: %v, %v", res, err)
	}
}
