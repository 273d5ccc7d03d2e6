# A client of APP in Perl with IO::Socket::SSL: sends the requests that it reads from its standard input (one a line), and prints
# each reply as it understands it, as JSON: status, record, or columns and rows.
use strict;
use warnings;
use IO::Socket::SSL;
use JSON::PP;

my ($port, $ca, $version) = @ARGV;
binmode(STDOUT, ':utf8');
my $json = JSON::PP->new->canonical;
my $socket = IO::Socket::SSL->new(
    PeerHost => 'localhost', PeerPort => $port, SSL_ca_file => $ca, SSL_verify_mode => SSL_VERIFY_PEER, Timeout => 20,
) or die "cannot connect: $!, $SSL_ERROR\n";

# The lines up to the one with a dot.
sub message {
    my @lines;
    while (my $line = <$socket>) {
        $line =~ s/\r\n$// or die "a line without CRLF\n";
        return @lines if $line eq '.';
        $line =~ s/^\.\././;
        push @lines, $line;
    }
    die "the server closed the connection\n";
}

sub unquoted { my ($text) = @_; $text =~ s/""/"/g; return $text; }

sub parsed {
    my ($status, @lines) = @_;
    $status =~ /^(OK|ER) (\d+)(?: (.*))?$/ or die "no status: $status\n";
    my %reply = (status => $1, number => $2 + 0);
    return \%reply if $1 eq 'ER' || !@lines;
    if ($lines[0] =~ /^[A-Z_]+="/) {
        my %record;
        $record{$1} = unquoted($2) while $lines[0] =~ /([A-Z_]+)="((?:[^"]|"")*)"/g;
        $reply{record} = \%record;
        return \%reply;
    }
    my $separator = $version eq '3.5' ? ',' : ' ';
    my $header = shift @lines;
    $reply{columns} = [split /$separator/, $header];
    my @rows;
    while (@lines) {
        if ($version ne '3.5') { die "no comma before a row\n" if shift(@lines) ne ','; }
        my $line = shift @lines;
        my @row;
        push @row, unquoted($1) while $line =~ /\G"((?:[^"]|"")*)"(?:$separator|$)/g;
        push @rows, \@row;
    }
    $reply{rows} = \@rows;
    return \%reply;
}

my $change = '';
message();
print $socket "VER ver=\"$version\"\r\n.\r\n";
message();
while (my $request = <STDIN>) {
    chomp $request;
    $request =~ s/\$CHANGE/$change/;
    print $socket "$request\r\n.\r\n";
    my $reply = parsed(message());
    $change = $reply->{record}{CHANGE} if $reply->{record} && $reply->{record}{CHANGE};
    print $json->encode($reply), "\n";
}
