package netport_test

import (
	"net"
	"strings"
	"testing"

	"muster/deploy/local/netport"
)

func TestCheckSaysWhichSettingFreesATakenPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	err = netport.Check(addr, "The gateway", "MUSTER_GATEWAY_ADDR")
	if err == nil || !strings.Contains(err.Error(), addr) || !strings.Contains(err.Error(), "set MUSTER_GATEWAY_ADDR") {
		t.Errorf("taken port: %v", err)
	}
	listener.Close()
	if err := netport.Check(addr, "The gateway", "MUSTER_GATEWAY_ADDR"); err != nil {
		t.Errorf("free port: %v", err)
	}
}

func TestCheckNamesAddressesOfOtherMachines(t *testing.T) {
	err := netport.Check("192.0.2.1:8080", "The gateway", "MUSTER_GATEWAY_ADDR")
	if err == nil || !strings.Contains(err.Error(), "an address of this machine") {
		t.Errorf("got %v", err)
	}
}

func TestResolve(t *testing.T) {
	chosen, err := netport.Resolve("127.0.0.1:0")
	if err != nil || strings.HasSuffix(chosen, ":0") || !strings.HasPrefix(chosen, "127.0.0.1:") {
		t.Errorf("port 0 became %q, %v", chosen, err)
	}
	if kept, err := netport.Resolve("127.0.0.1:8080"); err != nil || kept != "127.0.0.1:8080" {
		t.Errorf("a fixed port became %q, %v", kept, err)
	}
	if _, err := netport.Resolve("8080"); err == nil {
		t.Error("an address without a host was taken")
	}
}

// A port from the range for outgoing connections may be taken before the program that it was chosen for listens.
func TestFreePortsAreNoOutgoingConnectionsAndNeverTheSame(t *testing.T) {
	seen := map[int]bool{}
	for range 100 {
		port, err := netport.Free()
		if err != nil {
			t.Fatal(err)
		}
		if port >= 32768 || seen[port] {
			t.Fatalf("port %d (seen before: %v)", port, seen[port])
		}
		seen[port] = true
	}
}
